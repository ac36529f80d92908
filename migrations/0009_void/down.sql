DROP TABLE dispute;
DROP TABLE cast_void_crowd;
DROP TABLE cast_void;
