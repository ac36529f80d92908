# Organizers' accounts.
