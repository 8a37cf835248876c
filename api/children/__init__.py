"""
What is done in a process of its own: parsing files from outside, writing files to send.

These modules know the planner and little more, so that the process begins quickly.
"""
