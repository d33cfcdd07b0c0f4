using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ModelScan.RoutingApi.Pipeline;

namespace ModelScan.Tests.Pipeline;

/// <summary>The model of a form is found wherever it stands and however the form is cut.</summary>
public sealed class FormModelTests
{
    private const string Boundary = "b0undary";

    [Theory]
    [InlineData("Content-Disposition: form-data; name=\"model\"")]
    [InlineData("content-disposition:form-data; name=model")]
    [InlineData("Content-Type: text/plain\r\nContent-Disposition: form-data; name=\"model\"")]
    public void Name_InAnySpelling_IsFound(string header) => Assert.Equal("whisper-1", Find(Form(header, "whisper-1")).Name);

    [Theory]
    [InlineData("Content-Disposition: form-data; name=\"model_name\"")]
    [InlineData("Content-Disposition: form-data; name=\"prompt\"; filename=\"model\"")]
    [InlineData("X-Name: model")]
    public void AnotherField_IsNotTakenForIt(string header) => Assert.Null(Find(Form(header, "whisper-1")).Name);

    [Fact]
    public void FormWithoutParts_HasNone() => Assert.Null(Find($"--{Boundary}--\r\n").Name);

    [Fact]
    public void Preamble_IsPassed() => Assert.Equal("m", Find($"nobody reads this\r\n{Form("Content-Disposition: form-data; name=\"model\"", "m")}").Name);

    [Fact]
    public void NameThatNeverEnds_IsRefused() =>
        Assert.Throws<InvalidRequestException>(() => Find(Form("Content-Disposition: form-data; name=\"model\"", new string('x', 4096))));

    [Fact]
    public void HeaderThatNeverEnds_IsRefused() => Assert.Throws<InvalidRequestException>(() => Find($"--{Boundary}\r\n{new string('x', 20_000)}"));

    [Fact]
    public void EveryCut_OfAnyContent_FindsItAndLosesNoByte()
    {
        var content = Gen.Elements("", "\r\n", "\r\n--", "--b0undar", "\r\n--b0undar", "plain", "\0ÿ\r", "model").ArrayOf().Select(string.Concat);
        var forms =
            from before in content
            from behind in content
            from size in Gen.Choose(1, 40)
            select (before, behind, size);
        Prop.ForAll(forms.ToArbitrary(), drawn =>
        {
            var form = $"--{Boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"model\"\r\n\r\n{drawn.before}\r\n"
                + $"--{Boundary}\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1\r\n--{Boundary}\r\n\r\n{drawn.behind}\r\n--{Boundary}--\r\n";
            var (name, passed) = Find(form, drawn.size);
            return name == "whisper-1" && form.StartsWith(passed, StringComparison.Ordinal) && form[passed.Length..].StartsWith("whisper-1\r\n", StringComparison.Ordinal);
        }).QuickCheckThrowOnFailure();
    }

    private static string Form(string header, string value) => $"--{Boundary}\r\n{header}\r\n\r\n{value}\r\n--{Boundary}--\r\n";

    // Gives it the form in pieces, as a reader does, and collects what it passes.
    private static (string? Name, string Passed) Find(string form, int size = int.MaxValue)
    {
        var model = new FormModel(Boundary);
        var bytes = Encoding.Latin1.GetBytes(form);
        var passed = new List<byte>();
        var (start, end) = (0, 0);
        while (true)
        {
            var done = model.Advance(bytes.AsSpan(start..end));
            passed.AddRange(bytes[start..(start + done)]);
            start += done;
            if (model.IsOver || end == bytes.Length)
                return (model.Name, Encoding.Latin1.GetString([.. passed]));
            end = (int)Math.Min((long)end + size, bytes.Length);
        }
    }
}
