namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>What a text is to the classifier, whatever the routes.</summary>
/// <param name="Values">Unit vector; not to be changed.</param>
/// <param name="AnchorCosines">Cosine with every anchor, in the order of the anchors.</param>
internal sealed record PromptVector(float[] Values, float[] AnchorCosines);
