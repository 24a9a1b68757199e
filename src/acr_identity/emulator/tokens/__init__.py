"""Who somebody is: what a token says, whom it is for, and whether it counts."""
