using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.OpenAiResponses.Compaction;

/// <summary>How an answer to a request for compaction looks.</summary>
/// <param name="IsResource">Whether it is a <c>response.compaction</c>, what <c>/v1/responses/compact</c> answers, and not a response with one item.</param>
/// <param name="Kept">Of the former: what of the conversation stays as it was, as JSON.</param>
internal sealed record CompactionAnswer(bool IsResource, IReadOnlyList<byte[]> Kept);

/// <summary>Asks a model for a summary where its provider has no compaction of its own.</summary>
internal static class CompactionRequest
{
    /// <summary>What a provider without the endpoint is asked once more without: no member of a request has that name.</summary>
    public const string Endpoint = "/compact";

    // Told to the model as the user's last words.
    private const string Task = """
        The conversation has become too long and will go on without what has been said so far. Write the note that whoever goes on will have instead of it.
        Say, as far as it has come up: what the user wants, in their own words where these matter, and what they ruled out; what has been done, with the names of
        files, functions, commands and their results that are still needed; what was decided and why; what went wrong; what is open, and the next step.
        Write it to yourself, complete and without a greeting. Call no tools, and do not go on with the work itself.
        """;

    /// <summary>Turns a request into one for a whole summary, once.</summary>
    public static void Apply(Request request)
    {
        if (request.Compacts)
            return;
        request.Compacts = true;
        var turn = new Turn(Role.User);
        turn.Parts.Add(new TextPart(Task));
        request.Turns.Add(turn);
        request.Format = null;

        // Providers want to know the tools that were called, though none is to be called now.
        if (request.Tools.Tools.Count > 0)
            (request.Tools.Mode, request.Tools.Allowed) = (ToolMode.None, null);
    }

    /// <summary>What the answer keeps: what the user said, as items of an output, which have ids, a status and their content in parts.</summary>
    /// <param name="root">The request.</param>
    /// <param name="newId">Makes the random part of an id.</param>
    public static IReadOnlyList<byte[]> KeptOf(RequestField root, Func<string> newId)
    {
        var kept = new List<byte[]>();
        if (root.Find("input") is not { } input)
            return kept;
        if (input.IsText)
        {
            if (!input.IsEmptyText)
                kept.Add(Message(null, input, newId));
            return kept;
        }

        foreach (var item in input.Items())
        {
            if ((item.FindText("type") ?? "message") == "message" && item.FindText("role") == "user" && item.Find("content") is { } content)
                kept.Add(Message(item.FindText("id"), content, newId));
        }

        return kept;
    }

    private static byte[] Message(string? id, RequestField content, Func<string> newId)
    {
        using var output = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(output, WireJson.Options))
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, id ?? "msg_" + newId());
            writer.WriteString("type"u8, "message"u8);
            writer.WriteString("status"u8, "completed"u8);
            writer.WriteString("role"u8, "user"u8);
            writer.WriteStartArray("content"u8);
            if (content.IsText)
                WriteText(writer, content);
            else
                WriteParts(writer, content);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private static void WriteText(Utf8JsonWriter writer, RequestField text)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "input_text"u8);
        text.CopyText(writer, "text");
        writer.WriteEndObject();
    }

    private static void WriteParts(Utf8JsonWriter writer, RequestField parts)
    {
        foreach (var part in parts.Items())
        {
            writer.WriteStartObject();
            foreach (var (name, value) in part.Fields())
                value.CopyRaw(writer, name);
            if (part.FindText("type") == "input_image" && part.Find("detail") is null)
                writer.WriteString("detail"u8, "auto"u8);
            writer.WriteEndObject();
        }
    }
}
