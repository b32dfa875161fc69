"""The likelihood of the trajectories: multiple shooting, and the law it chooses."""
