namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>What a text is to the classifier, whatever the routes.</summary>
/// <param name="Values">Unit vector; not to be changed.</param>
/// <param name="AnchorMean">How close the text comes to built-in route texts on all sorts of subjects.</param>
internal sealed record PromptVector(float[] Values, double AnchorMean);
