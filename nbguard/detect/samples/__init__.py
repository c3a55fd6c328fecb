"""Sample data: values and tables of people, payments, health and government ids.

``gate`` says cheaply whether a file can hold any, ``detector.find_samples`` finds it, ``rules`` lists what is found.
"""
