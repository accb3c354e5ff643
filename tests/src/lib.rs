//! Whole journeys and the packages under AWS's runtime clients.
