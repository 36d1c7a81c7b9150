package main
func {
