namespace ModelScan.RoutingApi.InPlace;

/// <summary>
/// Where a request needs Anthropic's cache markers so that its prompt is cached: one behind what stays the same in every
/// conversation (the system prompt, else the tools), and one behind all of it, which the next turn begins with
/// (https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching).
/// </summary>
/// <remarks>
/// <code>
/// "system": "Be kind."                                        a text becomes a list of one block around it
/// "system": [{"type":"text","text":"Be kind.","cache_control":{"type":"ephemeral"}}]
/// </code>
/// Nothing else of the body changes. A request in which <c>cache_control</c> occurs anywhere is the client's own business.
/// </remarks>
internal static class CacheMarkers
{
    // As Plano: a shorter prompt is not cached by any model.
    private const int LeastPrefixTokens = 1024;
    private const int BytesPerToken = 4;
    private const int MaxDepth = 2048;

    private static readonly ReadOnlyMemory<byte> Marker = ",\"cache_control\":{\"type\":\"ephemeral\"}"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> BeforeText = "[{\"type\":\"text\",\"text\":"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> BehindText = ",\"cache_control\":{\"type\":\"ephemeral\"}}]"u8.ToArray();

    /// <summary>What has to be put in, in the order of the body; nothing where the prompt is too short or has markers already.</summary>
    /// <param name="format">Messages, or Chat Completions, whose text parts take the same markers at some providers.</param>
    /// <param name="body">The request, a JSON object.</param>
    /// <param name="minPrefixTokens">Least length of tools, system prompt and messages in tokens of four bytes; at least 1,024 counts.</param>
    /// <exception cref="InvalidRequestException">The body is not a JSON object.</exception>
    public static IReadOnlyList<Insertion> For(ApiFormat format, ReadOnlySpan<byte> body, int minPrefixTokens)
    {
        var (system, tools, messages) = (default(Range?), default(Range?), default(Range?));
        var length = 0;
        var members = new BodyMembers(body);
        while (members.Read())
        {
            var range = members.ValueStart..members.ValueEnd;
            if (members.NameIs("messages"u8))
                messages = range;
            else if (members.NameIs("tools"u8))
                tools = range;
            else if (format == ApiFormat.Messages && members.NameIs("system"u8))
                system = range;
            else
                continue;
            length += members.Value.Length;
        }

        if (length / BytesPerToken < Math.Max(minPrefixTokens, LeastPrefixTokens) || body.IndexOf("\"cache_control\""u8) >= 0)
            return [];
        try
        {
            return format == ApiFormat.Messages ? InMessages(body, system, tools, messages) : InChat(body, messages);
        }
        catch (JsonException)
        {
            // The provider will say what is wrong with it.
            return [];
        }
    }

    private static List<Insertion> InMessages(ReadOnlySpan<byte> body, Range? system, Range? tools, Range? messages)
    {
        var marks = new List<Insertion>(4);
        if (system is not { } prompt || !MarkContent(body, prompt, marks))
            MarkLast(body, tools, "defer_loading"u8, marks);
        if (messages is { } turns && Items(body, turns) is [.., var last] && Member(body, last, "content"u8) is { } content)
            MarkContent(body, content, marks);
        marks.Sort(static (left, right) => left.At.CompareTo(right.At));
        return marks;
    }

    private static List<Insertion> InChat(ReadOnlySpan<byte> body, Range? messages)
    {
        var marks = new List<Insertion>(4);
        var turns = messages is { } range ? Items(body, range) : [];
        var systems = 0;
        while (systems < turns.Count && IsSystem(body, turns[systems]))
            systems++;
        if (systems > 0 && systems < turns.Count && Member(body, turns[systems - 1], "content"u8) is { } prompt)
            MarkContent(body, prompt, marks);
        if (turns is [.., var last] && Member(body, last, "content"u8) is { } content)
            MarkContent(body, content, marks);
        return marks;
    }

    private static bool IsSystem(ReadOnlySpan<byte> body, Range message) =>
        Member(body, message, "role"u8) is { } role && (body[role].SequenceEqual("\"system\""u8) || body[role].SequenceEqual("\"developer\""u8));

    // Marks a text or the last block of a list that can carry a marker; whether there was one.
    private static bool MarkContent(ReadOnlySpan<byte> body, Range content, List<Insertion> marks)
    {
        var (start, length) = content.GetOffsetAndLength(body.Length);
        if (body[start] == '"')
        {
            if (IsBlank(body[content]))
                return false;
            marks.Add(new Insertion(start, BeforeText));
            marks.Add(new Insertion(start + length, BehindText));
            return true;
        }

        if (body[start] != '[')
            return false;
        var blocks = Items(body, content);
        for (var i = blocks.Count - 1; i >= 0; i--)
        {
            if (CanCarry(body, blocks[i]))
            {
                marks.Add(new Insertion(blocks[i].End.Value - 1, Marker));
                return true;
            }
        }

        return false;
    }

    // Texts that are not empty, pictures, documents, tool calls and results; thoughts cannot.
    private static bool CanCarry(ReadOnlySpan<byte> body, Range block)
    {
        if (Member(body, block, "type"u8) is not { } type || body[type].StartsWith("\"thinking"u8) || body[type].StartsWith("\"redacted"u8))
            return false;
        return !body[type].SequenceEqual("\"text\""u8) || (Member(body, block, "text"u8) is { } text && !IsBlank(body[text]));
    }

    private static void MarkLast(ReadOnlySpan<byte> body, Range? list, ReadOnlySpan<byte> unless, List<Insertion> marks)
    {
        if (list is not { } range || body[range][0] != '[')
            return;
        var items = Items(body, range);
        for (var i = items.Count - 1; i >= 0; i--)
        {
            // Tools that are loaded later are not part of the prefix.
            if (body[items[i]] is not [(byte)'{', .., (byte)'}'] item || item.Length < 3 || Member(body, items[i], unless) is not null)
                continue;
            marks.Add(new Insertion(items[i].End.Value - 1, Marker));
            return;
        }
    }

    // The items of an array as ranges of the body; none where it is no array.
    private static List<Range> Items(ReadOnlySpan<byte> body, Range array)
    {
        var items = new List<Range>();
        var offset = array.Start.Value;
        var reader = new Utf8JsonReader(body[array], new JsonReaderOptions { MaxDepth = MaxDepth });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            return items;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = offset + (int)reader.TokenStartIndex;
            reader.Skip();
            items.Add(start..(offset + (int)reader.BytesConsumed));
        }

        return items;
    }

    private static Range? Member(ReadOnlySpan<byte> body, Range owner, ReadOnlySpan<byte> name)
    {
        if (body[owner.Start.Value] != '{')
            return null;
        var found = default(Range?);
        var members = new BodyMembers(body[owner]);
        while (members.Read())
        {
            if (members.NameIs(name))
                found = (owner.Start.Value + members.ValueStart)..(owner.Start.Value + members.ValueEnd);
        }

        return found;
    }

    // Empty texts must not be marked: "", or nothing but blanks and escaped line breaks.
    private static bool IsBlank(ReadOnlySpan<byte> text) => text is not [(byte)'"', .. var inner, (byte)'"'] || inner.Trim(" \\nrt"u8).IsEmpty;
}
