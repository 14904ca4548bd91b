"""The screen: a static model of tokens, distilled from the encoder."""
