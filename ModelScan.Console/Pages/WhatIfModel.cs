using ModelScan.WebConsole.Api;
using ModelScan.WebConsole.Parts;

namespace ModelScan.WebConsole.Pages;

/// <summary>What another policy would have done with requests on record.</summary>
public sealed record WhatIfModel
{
    /// <summary>What stands in every form.</summary>
    public string Token { get; init; } = "";

    /// <summary>The filter.</summary>
    public string Filter { get; init; } = "";

    /// <summary>How far back.</summary>
    public TimeRange Range { get; init; } = TimeRange.Usual;

    /// <summary>Most requests.</summary>
    public int Limit { get; init; } = 1000;

    /// <summary>The policy in force, YAML, secrets masked.</summary>
    public string Current { get; init; } = "";

    /// <summary>The draft, YAML.</summary>
    public string Draft { get; init; } = "";

    /// <summary>What is wrong with the draft, one by one; empty where nothing is.</summary>
    public IReadOnlyList<DraftError> Errors { get; init; } = [];

    /// <summary>Whether the draft was checked and is a good one.</summary>
    public bool IsValid { get; init; }

    /// <summary>What it comes to; <see langword="null"/> where nobody asked yet.</summary>
    public Redecisions? Report { get; init; }

    /// <summary>Lines in which the draft differs; each begins with a blank, + or −.</summary>
    public IReadOnlyList<string> Difference { get; init; } = [];
}

/// <summary>An error of a draft.</summary>
/// <param name="Line">The line, from 1; <see langword="null"/> where it is not told.</param>
/// <param name="Text">What is wrong.</param>
public sealed record DraftError(int? Line, string Text);
