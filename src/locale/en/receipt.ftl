# What the withdrawal code does.
