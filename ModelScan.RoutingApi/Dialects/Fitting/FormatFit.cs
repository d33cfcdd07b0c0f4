using System.Text;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.Fitting;

/// <summary>How a model is held to the shape that an answer has to have.</summary>
internal enum FormatMeans
{
    /// <summary>Not at all: nothing is asked.</summary>
    None,

    /// <summary>By a grammar made of the schema.</summary>
    Schema,

    /// <summary>By the provider's JSON mode.</summary>
    JsonMode,

    /// <summary>By a line of the system prompt.</summary>
    Advice,
}

/// <summary>The means, and what has to be said beside them.</summary>
/// <param name="Means">By what the model is held.</param>
/// <param name="Advice">A line for the system prompt; empty for none.</param>
internal readonly record struct FormatFit(FormatMeans Means, string Advice)
{
    private const string AnyJson = "Answer with one JSON object and nothing else.";

    /// <summary>The strongest means that the model has.</summary>
    /// <param name="format">The wish.</param>
    /// <param name="capabilities">What the model has.</param>
    /// <param name="hasJsonMode">Whether the format has a mode for any JSON.</param>
    /// <param name="losses">Takes note of a schema that is no more than advice.</param>
    public static FormatFit Of(FormatWish? format, ModelCapabilities capabilities, bool hasJsonMode, Losses losses)
    {
        if (format is null)
            return new FormatFit(FormatMeans.None, "");
        var means = MeansOf(format.Schema is not null, capabilities, hasJsonMode);
        if (means == FormatMeans.Schema || (means == FormatMeans.JsonMode && format.Schema is null))
            return new FormatFit(means, "");
        if (format.Schema is not null)
            losses.Change(format.Place);
        return new FormatFit(means, AdviceFor(format));
    }

    /// <summary>The strongest means for a schema, or for any JSON object.</summary>
    public static FormatMeans MeansOf(bool hasSchema, ModelCapabilities capabilities, bool hasJsonMode) =>
        hasSchema && capabilities.StructuredOutput == StructuredOutput.JsonSchema ? FormatMeans.Schema
        : hasJsonMode && capabilities.StructuredOutput != StructuredOutput.None ? FormatMeans.JsonMode
        : FormatMeans.Advice;

    /// <summary>What is said of a shape in words.</summary>
    public static string AdviceFor(FormatWish format) =>
        format.Schema is { } schema ? $"{AnyJson} It has to conform to this JSON Schema:\n{Encoding.UTF8.GetString(CompactJson.Of(schema.Raw))}" : AnyJson;
}
