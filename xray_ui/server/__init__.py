"""What is changed in Streamlit and Keras, and which sessions may speak to the server?"""
