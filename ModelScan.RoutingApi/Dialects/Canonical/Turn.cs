namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>Who speaks.</summary>
internal enum Role
{
    User,
    Assistant,

    /// <summary>Whoever set the model up, in the middle of a conversation.</summary>
    System,
}

/// <summary>What somebody says without being interrupted. Results of tools are not part of it: each hangs at its call.</summary>
internal sealed class Turn(Role role)
{
    public Role Role { get; } = role;

    /// <summary>Whether it was said under OpenAI's newer name for <see cref="Role.System"/>.</summary>
    public bool IsDeveloper { get; init; }

    public List<Part> Parts { get; } = [];

    /// <summary>Whether a tool is called in it.</summary>
    public bool HasCalls
    {
        get
        {
            foreach (var part in Parts)
            {
                if (part is CallPart)
                    return true;
            }

            return false;
        }
    }
}
