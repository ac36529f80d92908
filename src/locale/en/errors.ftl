# What is wrong with an input, and what to do about it.
