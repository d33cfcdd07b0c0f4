using System.Text;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Capabilities;
using ModelScan.RoutingApi.Dialects.Translation;

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
        var canJson = hasJsonMode && capabilities.StructuredOutput != StructuredOutput.None;
        if (format.Schema is not { } schema)
            return canJson ? new FormatFit(FormatMeans.JsonMode, "") : new FormatFit(FormatMeans.Advice, AnyJson);
        if (capabilities.StructuredOutput == StructuredOutput.JsonSchema)
            return new FormatFit(FormatMeans.Schema, "");
        losses.Change(format.Place);
        return new FormatFit(
            canJson ? FormatMeans.JsonMode : FormatMeans.Advice,
            $"{AnyJson} It has to conform to this JSON Schema:\n{Encoding.UTF8.GetString(CompactJson.Of(schema.Raw))}");
    }
}
