"""Everything that draws: values come in, Streamlit elements come out."""
