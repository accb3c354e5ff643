//! Hosts a handler inside Lambda: configuration, plan, log line, and the guard that lets no failure reach a viewer.
