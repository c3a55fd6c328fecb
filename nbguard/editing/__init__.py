"""What people see and do while they edit a notebook or a file: findings before it is saved, and edits that mend them.

The Jupyter server and the language server stand on this room. Nothing in it knows either of them.
"""
