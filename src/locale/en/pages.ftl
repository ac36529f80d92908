# What fills the gaps in the long pages (pages/*.md).

# Stands where a contact would, as in "write to …".
page-contact-missing = the operator
