using Microsoft.AspNetCore.Components;

namespace ModelScan.WebConsole.Pages;

/// <summary>What stands around every view.</summary>
public sealed record Shell
{
    /// <summary>The view's title.</summary>
    public string Title { get; init; } = "";

    /// <summary>The entry of the navigation that it belongs to.</summary>
    public string Section { get; init; } = "";

    /// <summary>The view.</summary>
    public RenderFragment Body { get; init; } = static _ => { };

    /// <summary><c>light</c>, <c>dark</c>, or empty for what the system has.</summary>
    public string Theme { get; init; } = "";

    /// <summary>The mode in force; <see langword="null"/> where it is not known.</summary>
    public string? Mode { get; init; }

    /// <summary>What stands in every form.</summary>
    public string Token { get; init; } = "";

    /// <summary>Whether somebody signed in, who can sign out.</summary>
    public bool IsSignedIn { get; init; }

    /// <summary>Whether keys and budgets are there to be shown.</summary>
    public bool HasKeys { get; init; }

    /// <summary>Why requests are not recorded as they should be; <see langword="null"/> where they are.</summary>
    public string? LogProblem { get; init; }

    /// <summary>Whether the navigation is shown: not to those who may not look.</summary>
    public bool HasNavigation { get; init; } = true;

    /// <summary>Address of the style.</summary>
    public string Style { get; init; } = "";

    /// <summary>Address of the script.</summary>
    public string Script { get; init; } = "";
}
