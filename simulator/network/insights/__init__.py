"""The engine's answers in the words of Reachability Analyzer and Network Access Analyzer."""
