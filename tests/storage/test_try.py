from tests.support.makers import *
def test_all(uow):
    unit=uow
    st=a_station(unit); d=a_deputy(unit, station=st, specialties={"other","housing"}); p=a_person(unit)
    for s in Stage:
        print(a_case(unit, author=p, deputy=d, stage=s, station=st))
    assert unit.roster.open_counts([d.id])=={d.id:4}
    assert unit.roster.deputies(st.id)==[d]
    with unit.savepoint():
        a_person(unit)
    assert unit.cases.promised(NOW.date(), after=0)==[]
    unit.erasure.everything_of(p)
    unit.erasure.erase(p, NOW)
