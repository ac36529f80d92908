# What stands on every page, and the site's own pages.
