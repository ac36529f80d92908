DROP TABLE published_day;
DROP TABLE published_number;
DROP TABLE opening;
DROP TABLE published_cast;
DROP TABLE log_entry;
DROP TABLE log_head;
