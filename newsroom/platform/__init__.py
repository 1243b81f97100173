"""The ground floor: what every feature stands on. It knows no story, no issue and no subscriber."""
