using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;

namespace ModelScan.RoutingApi.Dialects.Fitting;

/// <summary>What a tool is given: an object in Anthropic's formats, a text with JSON in it in OpenAI's.</summary>
internal static class CallInput
{
    /// <summary>Writes the object at a value's place.</summary>
    public static void WriteObject(Utf8JsonWriter json, CallPart call)
    {
        if (call.IsCustom)
        {
            json.WriteStartObject();
            call.Input?.CopyText(json, "input");
            json.WriteEndObject();
        }
        else if (call.Input is { IsObject: true } given)
        {
            json.WriteRawValue(given.Raw, skipInputValidation: true);
        }
        else
        {
            ToolArguments.WriteObject(json, call.Input is { IsText: true } text ? text.Raw : "\"\""u8);
        }
    }

    /// <summary>Writes the text as a member; of a custom tool, an object with its text.</summary>
    public static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, CallPart call)
    {
        if (call.Input is not { } input)
            json.WriteString(name, "{}"u8);
        else if (call.IsCustom)
            json.WriteString(name, CustomToolInput.ToArguments(input.Raw));
        else if (!input.IsText)
            json.WriteString(name, CompactJson.Of(input.Raw));
        else
            new SourceText(input).Write(json, name);
    }
}
