namespace ModelScan.RoutingApi.InPlace;

/// <summary>Changes to the system prompt of a request that keeps its format.</summary>
internal static class SystemRules
{
    /// <summary>Adds a line to the system prompt.</summary>
    public static MemberRule Saying(ApiFormat format, string line) => format switch
    {
        ApiFormat.Messages => new MemberRule("system", value => InPlaceJson.Change(value, (root, json) => AddToSystem(json, root, line))) { WhenAbsent = EscapedText.TokenOf(line), IsReported = false },
        ApiFormat.Responses => new MemberRule("input", value => InPlaceJson.Change(value, (root, json) => PutInFront(json, root, line))) { IsReported = false },
        _ => new MemberRule("messages", value => InPlaceJson.Change(value, (root, json) => PutInFront(json, root, line))) { IsReported = false },
    };

    /// <summary>Joins the system messages in front of a chat into one, and lets the user say those in the middle of it: for models that know one at the start alone.</summary>
    public static ReadOnlyMemory<byte>? Join(ReadOnlyMemory<byte> messages) => InPlaceJson.Change(messages, static (root, json) =>
    {
        var all = root.Items().ToList();
        var leading = all.FindIndex(message => !IsSystem(message));
        leading = leading < 0 ? all.Count : leading;
        var others = all.FindAll(IsSystem).Count - leading;
        if ((leading < 2 && others == 0) || all.Exists(message => IsSystem(message) && TextOf(message) is null))
            return false;
        json.WriteStartArray();
        if (leading > 0)
            WriteMessage(json, "system"u8, string.Join("\n\n", all.Take(leading).Select(TextOf).Where(text => text!.Length > 0)));
        foreach (var message in all.Skip(leading))
        {
            if (IsSystem(message))
                WriteMessage(json, "user"u8, TextOf(message)!);
            else
                InPlaceJson.Copy(json, message);
        }

        json.WriteEndArray();
        return true;
    });

    // "…" | [{"type": "text", "text": "…"}, …]
    private static bool AddToSystem(Utf8JsonWriter json, RequestField system, string line)
    {
        if (system.IsText)
        {
            json.WriteStringValue(system.IsEmptyText ? line : $"{system.Text}\n\n{line}");
            return true;
        }

        json.WriteStartArray();
        foreach (var block in system.Items())
            InPlaceJson.Copy(json, block);
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WriteString("text"u8, line);
        json.WriteEndObject();
        json.WriteEndArray();
        return true;
    }

    private static bool PutInFront(Utf8JsonWriter json, RequestField conversation, string line)
    {
        json.WriteStartArray();
        WriteMessage(json, "system"u8, line);
        if (conversation.IsText)
        {
            WriteMessage(json, "user"u8, conversation.Text);
        }
        else
        {
            foreach (var message in conversation.Items())
                InPlaceJson.Copy(json, message);
        }

        json.WriteEndArray();
        return true;
    }

    private static void WriteMessage(Utf8JsonWriter json, ReadOnlySpan<byte> role, string text)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, role);
        json.WriteString("content"u8, text);
        json.WriteEndObject();
    }

    private static bool IsSystem(RequestField message) => message.FindText("role") is "system" or "developer";

    // Null where it is not text alone.
    private static string? TextOf(RequestField message)
    {
        if (message.Find("content") is not { } content)
            return null;
        if (content.IsText)
            return content.Text;
        var parts = content.Items().ToList();
        return parts.TrueForAll(part => part.FindText("type") == "text") ? string.Join('\n', parts.Select(part => part.GetText("text"))) : null;
    }
}
