using ModelScan.RoutingApi.Capabilities;

namespace ModelScan.RoutingApi.Conversations.Reading;

/// <summary>What a request asks for that decides in which format a model takes it.</summary>
/// <param name="HasTools">Whether it offers tools.</param>
/// <param name="Effort">The effort that it names, in whatever words; <see cref="Efforts.Unset"/> where it leaves that to the model.</param>
public readonly record struct RequestTraits(bool HasTools, Efforts Effort)
{
    /// <summary>Reads them in one shallow pass.</summary>
    /// <param name="format">The body's format.</param>
    /// <param name="body">A request.</param>
    /// <exception cref="InvalidRequestException">The body is not a JSON object.</exception>
    public static RequestTraits Read(ApiFormat format, ReadOnlySpan<byte> body)
    {
        var (hasTools, effort) = (false, Efforts.Unset);
        var members = new BodyMembers(body);
        while (members.Read())
        {
            if (members.NameIs("tools"u8) || members.NameIs("functions"u8))
                hasTools |= members.Value.IndexOf((byte)'{') >= 0;
            else if (format == ApiFormat.ChatCompletions && members.NameIs("reasoning_effort"u8))
                effort = Word(members.Value);
            else if (format == ApiFormat.Responses && members.NameIs("reasoning"u8))
                effort = Word(Member(members.Value, "effort"u8));
            else if (format == ApiFormat.Messages && members.NameIs("output_config"u8) && Word(Member(members.Value, "effort"u8)) is var word and not Efforts.Unset)
                effort = word;
            else if (format == ApiFormat.Messages && members.NameIs("thinking"u8) && effort == Efforts.Unset)
                effort = Member(members.Value, "type"u8).SequenceEqual("\"disabled\""u8) ? Efforts.None : Efforts.High;
        }

        return new RequestTraits(hasTools, effort);
    }

    /// <summary>Whether Chat Completions takes the request's tools under these terms.</summary>
    public bool MayUseTools(ChatToolTerms terms) => !HasTools || terms switch
    {
        ChatToolTerms.WithoutEffort => Effort is Efforts.Unset or Efforts.None,
        ChatToolTerms.WithEffortNone => Effort == Efforts.None,
        _ => true,
    };

    private static ReadOnlySpan<byte> Member(ReadOnlySpan<byte> value, ReadOnlySpan<byte> name)
    {
        if (value.Length == 0 || value[0] != '{')
            return default;
        var members = new BodyMembers(value);
        while (members.Read())
        {
            if (members.NameIs(name))
                return members.Value;
        }

        return default;
    }

    private static Efforts Word(ReadOnlySpan<byte> value)
    {
        if (value.Length == 0 || value[0] != '"')
            return Efforts.Unset;
        var reader = new Utf8JsonReader(value);
        try
        {
            return reader.Read() ? EffortWords.Parse(reader.GetString()) : Efforts.Unset;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return Efforts.Unset;
        }
    }
}
