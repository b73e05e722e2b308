"""On what does a version's answer rest beside the lungs?"""
