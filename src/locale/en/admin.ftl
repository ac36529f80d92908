# Admins' pages.
