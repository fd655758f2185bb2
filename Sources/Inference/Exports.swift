// What an application says to a model and hears from it: settings, results, events, token ids.
@_exported public import Decoding
@_exported public import Generation
@_exported public import LanguageModeling
