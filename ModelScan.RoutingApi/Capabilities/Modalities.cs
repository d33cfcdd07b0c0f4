namespace ModelScan.RoutingApi.Capabilities;

/// <summary>What prompts and answers are made of.</summary>
[Flags]
public enum Modalities
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Text.</summary>
    Text = 1,

    /// <summary>Images.</summary>
    Image = 2,

    /// <summary>Documents.</summary>
    Pdf = 4,

    /// <summary>Sound.</summary>
    Audio = 8,

    /// <summary>Moving images.</summary>
    Video = 16,

    /// <summary>All of them.</summary>
    All = Text | Image | Pdf | Audio | Video,
}
