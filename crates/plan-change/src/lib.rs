//! Changes of the plan as values: a plan, a change and a time become a new plan and what it means in words.
