//! automate
