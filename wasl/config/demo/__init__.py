"""The demo: a municipality and a housing ministry with invented people and ninety days of invented cases."""
