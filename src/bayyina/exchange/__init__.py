"""What others can read: records as tables, linked data, maps, FollowTheMoney and Uwazi files."""
