namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>
/// What providers serve beside the answers of models, each under a path of its own behind the version
/// (https://platform.openai.com/docs/api-reference). Requests pass to whoever serves it as they are.
/// </summary>
public enum ProviderDoor
{
    /// <summary>Vectors of texts: <c>embeddings</c>.</summary>
    Embeddings,

    /// <summary>Continuations of a text, the older form of an answer: <c>completions</c>.</summary>
    Completions,

    /// <summary><c>images/generations</c>, <c>images/edits</c>, <c>images/variations</c>.</summary>
    Images,

    /// <summary><c>audio/speech</c>, <c>audio/transcriptions</c>, <c>audio/translations</c>.</summary>
    Audio,

    /// <summary>Whether a text is offensive: <c>moderations</c>.</summary>
    Moderations,

    /// <summary>Which documents answer a question best: <c>rerank</c>.</summary>
    Rerank,

    /// <summary>Files at the provider: <c>files</c> and what lies below.</summary>
    Files,

    /// <summary>Many requests at once, answered later: <c>batches</c> and what lies below.</summary>
    Batches,
}

/// <summary>Names of doors: what configurations call them, and the first part of their paths.</summary>
public static class ProviderDoors
{
    /// <summary>Every door.</summary>
    public static IReadOnlyList<ProviderDoor> All { get; } = Enum.GetValues<ProviderDoor>();

    /// <summary>Every door's name.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(Name)];

    /// <summary>The door's name: <c>embeddings</c>, <c>files</c> …</summary>
    public static string Name(this ProviderDoor door) => door.ToString().ToLowerInvariant();

    /// <summary>The door of that name; <see langword="null"/> for none.</summary>
    public static ProviderDoor? Find(string name)
    {
        foreach (var door in All)
        {
            if (door.Name() == name)
                return door;
        }

        return null;
    }
}
