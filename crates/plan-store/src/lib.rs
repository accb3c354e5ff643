//! Where the plan comes from: its wire format, the stores, and the cell that keeps the last good one.
