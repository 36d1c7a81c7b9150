let a = [1;
