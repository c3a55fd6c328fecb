"""Sample data: values and tables of people, payments, health and government ids."""
