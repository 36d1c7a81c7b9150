class A { void f( }
