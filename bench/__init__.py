"""What calpair costs, counted: requests, quota units, bytes, store operations, CPU and memory, against the budgets."""
