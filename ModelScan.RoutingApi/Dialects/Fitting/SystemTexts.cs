using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.Fitting;

/// <summary>What is said before a conversation about how the model is to be, where a format has one place for all of it.</summary>
internal static class SystemTexts
{
    /// <summary>All texts in their order.</summary>
    public static List<TextPart> Of(Request request)
    {
        var texts = new List<TextPart>();
        foreach (var (message, _) in request.SystemMessages)
            texts.AddRange(message);
        return texts;
    }

    /// <summary>A message's texts as one: OpenAI's parts are lines, Anthropic's blocks paragraphs.</summary>
    public static string Join(Request request, IReadOnlyList<Part> texts) =>
        string.Join(request.Source == ApiFormat.Messages ? "\n\n" : "\n", texts.Select(text => ((TextPart)text).Text.ToString()).Where(text => text.Length > 0));

    /// <summary>All of them as one text, messages apart by a blank line.</summary>
    public static string Join(Request request) =>
        string.Join("\n\n", request.SystemMessages.Select(message => Join(request, message.Texts)).Where(text => !string.IsNullOrWhiteSpace(text)));

    /// <summary>Writes <c>system</c>: one text, or blocks where one of them is marked for the cache.</summary>
    public static void WriteForMessages(Utf8JsonWriter json, List<TextPart> texts, Request request, string advice)
    {
        if (!texts.Exists(text => text.Cache is not null))
        {
            var text = string.Join("\n\n", new[] { texts.Count > 0 ? Join(request) : "", advice }.Where(part => part.Length > 0));
            if (text.Length > 0)
                json.WriteString("system"u8, text);
            return;
        }

        json.WriteStartArray("system"u8);
        foreach (var text in texts)
        {
            if (text.Text.IsBlank)
                continue;
            json.WriteStartObject();
            json.WriteString("type"u8, "text"u8);
            text.Text.Write(json, "text"u8);
            text.Cache?.CopyRaw(json, "cache_control");
            json.WriteEndObject();
        }

        if (advice.Length > 0)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "text"u8);
            json.WriteString("text"u8, advice);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
