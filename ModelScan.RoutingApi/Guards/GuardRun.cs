using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Guards.Detection;
using ModelScan.RoutingApi.Guards.Texts;
using ModelScan.RoutingApi.Pipeline;

namespace ModelScan.RoutingApi.Guards;

/// <summary>What the guards find in the texts of one request and of its answer, and what becomes of it. Used by one request.</summary>
internal sealed class GuardRun
{
    private readonly GuardTrail _trail;
    private readonly GuardMeters _meters;
    private readonly Dictionary<(GuardConfig Guard, string Direction, string Kind), int> _counts = new(SameGuard.Instance);
    private readonly Dictionary<(GuardConfig Guard, string Direction, string Kind), int> _told = new(SameGuard.Instance);
    private readonly List<Finding> _found = [];
    private readonly List<(Finding Finding, TextGuard Guard, int Order)> _changes = [];

    // An answer says many things more than once: in pieces, and whole at their end.
    private readonly HashSet<(string Guard, string Value)> _counted = [];
    private long _input;
    private long _output;

    /// <summary>Begins.</summary>
    /// <param name="set">The guards.</param>
    /// <param name="body">The request.</param>
    /// <param name="trail">What they did is noted there.</param>
    /// <param name="meters">And counted there.</param>
    public GuardRun(GuardSet set, ReadOnlyMemory<byte> body, GuardTrail trail, GuardMeters meters)
    {
        (Set, _trail, _meters) = (set, trail, meters);
        Placeholders = new Placeholders(body);
        Input = new TextChange(this, isAnswer: false);
        Answer = new TextChange(this, isAnswer: true);
        Repetition = new TextChange(this, isAnswer: true) { IsRepetition = true };
    }

    public GuardSet Set { get; }

    public Placeholders Placeholders { get; }

    /// <summary>What becomes of the texts of the request.</summary>
    public ITextChange Input { get; }

    /// <summary>What becomes of whole texts of the answer.</summary>
    public ITextChange Answer { get; }

    /// <summary>What becomes of whole texts of an answer whose pieces have been seen.</summary>
    public ITextChange Repetition { get; }

    /// <summary>Why the request, or its answer, is refused; <see langword="null"/> while it is not.</summary>
    public ClientError? Refusal { get; private set; }

    /// <summary>Which edits a text of the answer gets, in order: what is found in it, and what placeholders in it stand for.</summary>
    /// <param name="text">The text.</param>
    /// <param name="from">Edits begin there at the earliest; what stands before is only looked at.</param>
    /// <param name="edits">Filled.</param>
    public void EditsOfAnswer(ReadOnlySpan<char> text, int from, List<TextEdit> edits)
    {
        Collect(text, Set.Output, from);
        var at = from;
        foreach (var (finding, guard, _) in _changes)
        {
            AddPlaceholders(text, at, finding.Start, edits);
            edits.Add(new TextEdit(finding.Start, finding.Length, guard.Config.Action == GuardAction.Redact ? $"[{Placeholders.NameOf(finding.Kind)}]" : null, finding, guard.Config));
            at = finding.End;
        }

        AddPlaceholders(text, at, text.Length, edits);
    }

    /// <summary>Counts what was found in an answer, the same thing once, and refuses it where that is what its guard does.</summary>
    /// <param name="edit">What becomes of it.</param>
    /// <param name="found">What it is.</param>
    public void Count(TextEdit edit, ReadOnlySpan<char> found)
    {
        if (edit.Guard is { } guard && _counted.Add((guard.Name, found.ToString())))
            Count(guard, "output", edit.Finding.Kind);
    }

    /// <summary>Texts of the answer have passed.</summary>
    public void Passed(int characters)
    {
        _output += characters;
        if (Set.OutputLength is { } guard && _output > guard.MaxCharacters && _output - characters <= guard.MaxCharacters)
            Count(guard, "output", "length");
    }

    /// <summary>Refuses because of a guard.</summary>
    public void Refuse(GuardConfig guard, string direction, string kind)
    {
        var what = direction == "input" ? "the request" : "the answer";
        Refusal ??= new ClientError(
            direction == "input" ? StatusCodes.Status400BadRequest : StatusCodes.Status502BadGateway,
            guard.Message ?? $"{what} was refused by the guard '{guard.Name}': {Reason(guard, kind)}", "GuardRefused");
    }

    /// <summary>Counts a finding, notes it, and refuses where that is what its guard does.</summary>
    public void Count(GuardConfig guard, string direction, string kind)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, (guard, direction, kind), out _)++;
        if (guard.Action == GuardAction.Block)
            Refuse(guard, direction, kind);
    }

    /// <summary>Notes what has been found since it was last told, and counts it.</summary>
    public void Tell()
    {
        foreach (var ((guard, direction, kind), count) in _counts)
        {
            var told = _told.GetValueOrDefault((guard, direction, kind));
            if (told == count)
                continue;
            _told[(guard, direction, kind)] = count;
            _meters.Found(guard.Name, direction, kind, ConfigNames<GuardAction>.Of(guard.Action), count - told);
            _trail.Note(direction == "input" ? guard.Name : $"{guard.Name}.output", Summary(guard, direction));
        }
    }

    /// <summary>Notes that a guard found nothing, or could not tell.</summary>
    public void Note(GuardConfig guard, string verdict) => _trail.Note(guard.Name, verdict);

    /// <summary>Begins with the texts of the request: nothing has been found so far.</summary>
    public void BeginInput()
    {
        foreach (var guard in Set.Config.Input)
        {
            if (guard.Kind != GuardKind.Jailbreak)
                Note(guard, "clear");
        }
    }

    /// <summary>All texts of the request have been seen.</summary>
    public void EndOfInput()
    {
        if (!Placeholders.IsEmpty)
            _trail.Mask = Placeholders.Mask;
        if (Set.InputLength is { } length && _input > length.MaxCharacters)
            Count(length, "input", "length");
        Tell();
    }

    private static string Reason(GuardConfig guard, string kind) => guard.Kind switch
    {
        GuardKind.Length => string.Create(CultureInfo.InvariantCulture, $"its texts have more than {guard.MaxCharacters} characters"),
        GuardKind.Deny => "it holds what is denied",
        GuardKind.Jailbreak => "it looks like an attempt to override the instructions of the model",
        GuardKind.JsonSchema => "it is not what the schema of the request says",
        _ => $"it holds what looks like a {kind}",
    };

    private string Summary(GuardConfig guard, string direction)
    {
        var done = guard.Action switch { GuardAction.Redact => "redacted", GuardAction.Block => "blocked", _ => "noted" };
        return string.Create(CultureInfo.InvariantCulture, $"{done} {string.Join(',', _counts.Where(pair => ReferenceEquals(pair.Key.Guard, guard) && pair.Key.Direction == direction).Select(pair => $"{pair.Key.Kind}={pair.Value}"))}");
    }

    private string? ChangeInput(string text)
    {
        _input += text.Length;
        Collect(text, Set.Input, 0);
        if (_changes.Count == 0)
            return null;
        StringBuilder? changed = null;
        var at = 0;
        foreach (var (finding, guard, _) in _changes)
        {
            Count(guard.Config, "input", finding.Kind);
            if (guard.Config.Action != GuardAction.Redact)
                continue;
            changed ??= new StringBuilder(text.Length);
            changed.Append(text, at, finding.Start - at).Append(Placeholders.For(finding.Kind, text.Substring(finding.Start, finding.Length)));
            at = finding.End;
        }

        return changed?.Append(text, at, text.Length - at).ToString();
    }

    private string? ChangeAnswer(string text, bool isRepetition)
    {
        if (!isRepetition)
            Passed(text.Length);
        var edits = new List<TextEdit>();
        EditsOfAnswer(text, 0, edits);
        foreach (var edit in edits)
            Count(edit, text.AsSpan(edit.Start, edit.Length));
        return TextEdit.Apply(text, edits);
    }

    // Where two guards find something at one place, the one that stands first in the configuration has it.
    private void Collect(ReadOnlySpan<char> text, TextGuard[] guards, int from)
    {
        _changes.Clear();
        for (var order = 0; order < guards.Length; order++)
        {
            var guard = guards[order];
            _found.Clear();
            try
            {
                guard.Detector.Find(text, _found);
            }
            catch (RegexMatchTimeoutException)
            {
                Refusal ??= new ClientError(StatusCodes.Status500InternalServerError, $"the guard '{guard.Config.Name}' took too long", "GuardFailed");
                return;
            }

            foreach (var finding in _found)
            {
                if (finding.Start >= from)
                    _changes.Add((finding, guard, order));
            }
        }

        if (_changes.Count > 1)
            Part();
    }

    private void Part()
    {
        _changes.Sort(static (one, other) => one.Finding.Start.CompareTo(other.Finding.Start));
        var kept = 0;
        for (var i = 1; i < _changes.Count; i++)
        {
            var (last, next) = (_changes[kept], _changes[i]);
            if (next.Finding.Start >= last.Finding.End)
                _changes[++kept] = next;
            else if (next.Order < last.Order)
                _changes[kept] = next;
        }

        _changes.RemoveRange(kept + 1, _changes.Count - kept - 1);
    }

    private void AddPlaceholders(ReadOnlySpan<char> text, int from, int to, List<TextEdit> edits)
    {
        if (Placeholders.IsEmpty)
            return;
        for (var at = from; at < to && text[at..to].IndexOf('[') is var next and >= 0; at++)
        {
            at += next;
            if (Placeholders.Find(text[..to], at, out var length) is not { } value)
                continue;
            edits.Add(new TextEdit(at, length, value, default, null));
            at += length - 1;
        }
    }

    // Guards are compared by what they are, not by what they say: their settings are long.
    private sealed class SameGuard : IEqualityComparer<(GuardConfig Guard, string Direction, string Kind)>
    {
        public static SameGuard Instance { get; } = new();

        public bool Equals((GuardConfig Guard, string Direction, string Kind) one, (GuardConfig Guard, string Direction, string Kind) other) =>
            ReferenceEquals(one.Guard, other.Guard) && one.Direction == other.Direction && one.Kind == other.Kind;

        public int GetHashCode((GuardConfig Guard, string Direction, string Kind) key) => HashCode.Combine(RuntimeHelpers.GetHashCode(key.Guard), key.Direction, key.Kind);
    }

    private sealed class TextChange(GuardRun run, bool isAnswer) : ITextChange
    {
        public bool IsRepetition { get; init; }

        public string? Change(string text) => isAnswer ? run.ChangeAnswer(text, IsRepetition) : run.ChangeInput(text);
    }
}
