namespace ModelScan.Tests.Dialects.Fates;

/// <summary>What becomes of each field of requests and answers between two formats, composed of what each of the two says of itself.</summary>
public static class FieldFates
{
    /// <summary>The rows of a client's format on a provider's: requests, then answers. What stands in none of them is dropped and reported.</summary>
    public static IReadOnlyList<FieldFate> Of(ApiFormat client, ApiFormat provider)
    {
        var (asks, answers) = (Of(client), Of(provider));
        return
        [
            .. asks.Asked.Select(asked => Compose(asked, answers)),
            .. answers.OwnFields.Select(name => new FieldFate(name, Fate.Carried, "the provider's own field, under its own name")),
            .. answers.Answered.Select(answered => Compose(answered, asks)),
        ];
    }

    private static FormatFates Of(ApiFormat format) => format switch
    {
        ApiFormat.Messages => MessagesFates.Table,
        ApiFormat.Responses => ResponsesFates.Table,
        ApiFormat.Converse => ConverseFates.Table,
        _ => ChatFates.Table,
    };

    private static FieldFate Compose(AskedField asked, FormatFates provider)
    {
        if (asked.Wish is not { } wish)
            return new FieldFate(asked.Field, asked.Otherwise, asked.Note);
        foreach (var told in provider.Told)
        {
            if (told.Wish != wish)
                continue;
            var isSame = told.Fate == Fate.Carried && IsSame(told.As, asked.Field);
            var fate = told.Fate == Fate.Carried && !isSame ? Fate.Mapped : told.Fate;
            return new FieldFate(asked.Field, fate, Join(isSame || fate is Fate.Dropped or Fate.Refused ? "" : told.As, told.Note, asked.Note));
        }

        return new FieldFate(asked.Field, Fate.Dropped, asked.Note);
    }

    private static FieldFate Compose(AnsweredField answered, FormatFates client)
    {
        foreach (var told in client.ToldAnswers)
        {
            if (told.Said == answered.Said)
                return new FieldFate(answered.Place, IsSame(told.As, answered.Place["answer.".Length..]) ? Fate.Carried : Fate.Mapped, Join(told.As, answered.Note));
        }

        return new FieldFate(answered.Place, Fate.Dropped, answered.Note);
    }

    // Members of the same name, wherever their owners stand; what stands at the top has to stand there in both.
    private static bool IsSame(string one, string other) => one == other || (Leaf(one) is { } leaf && !one.Contains(' ', StringComparison.Ordinal) && leaf == Leaf(other));

    private static string? Leaf(string path) => path.LastIndexOf('.') is > 0 and var end ? path[(end + 1)..] : null;

    private static string Join(params ReadOnlySpan<string> notes)
    {
        var joined = "";
        foreach (var note in notes)
            joined += note.Length == 0 || joined.Length == 0 ? note : $"; {note}";
        return joined;
    }
}
